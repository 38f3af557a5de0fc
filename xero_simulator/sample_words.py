"""The words the sample world is made of: six countries with their own streets, phones, names.

Our own small lists and not Faker's, whose output changes between its versions. Phone numbers
come from ranges kept for fiction where a country has one; e-mail and web addresses end in
`.example`, which nobody can own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """One country. In patterns `#` is any digit and `%` a digit from 1 to 9."""

    code: str
    name: str
    currency: str
    dialling_code: str
    postal_box: str
    street: str  # {number} and {street}
    suffixes: tuple[str, ...]
    places: tuple[tuple[str, str, str, str, str], ...]  # city, region, code, area, number
    mobile: tuple[str, str]  # area code, number
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    business_names: tuple[str, ...]
    trades: tuple[str, ...]
    separator: str = " "


ENGLISH_TRADES = (
    "Accounting",
    "Bakery",
    "Boatbuilders",
    "Building",
    "Cleaning",
    "Consulting",
    "Dairy",
    "Design",
    "Electrical",
    "Engineering",
    "Foods",
    "Freight",
    "Furniture",
    "Gardens",
    "Glass",
    "Joinery",
    "Legal",
    "Marine",
    "Motors",
    "Orchards",
    "Plumbing",
    "Printing",
    "Roofing",
    "Software",
    "Timber",
    "Tools",
    "Travel",
    "Vineyards",
    "Wool",
)

COUNTRIES = (
    Country(
        code="NZ",
        name="New Zealand",
        currency="NZD",
        dialling_code="64",
        postal_box="PO Box %###",
        street="{number} {street}",
        suffixes=("Ltd", "Limited", "Partners", "Group", ""),
        places=(
            ("Auckland", "Auckland", "10##", "9", "555 01##"),
            ("Wellington", "Wellington", "60##", "4", "555 01##"),
            ("Christchurch", "Canterbury", "80##", "3", "555 01##"),
            ("Hamilton", "Waikato", "32##", "7", "555 01##"),
            ("Whangārei", "Northland", "01##", "9", "555 01##"),
            ("Ōtaki", "Wellington", "55##", "6", "555 01##"),
        ),
        mobile=("21", "555 01##"),
        streets=(
            "Queen Street",
            "Lambton Quay",
            "Karangahape Road",
            "Manuka Road",
            "Te Ara Tāwhai",
        ),
        first_names=("Aroha", "Hēmi", "Māia", "Wiremu", "Olivia", "Jack", "Tāne", "Ngaire"),
        last_names=("Ngata", "Williams", "Parata", "Wilson", "Te Kanawa", "Hōhepa", "Mitchell"),
        business_names=(
            "Kauri",
            "Tūī",
            "Pōhutukawa",
            "Kōwhai",
            "Southern Cross",
            "Ruapehu",
            "Wētā",
            "Hauraki",
            "Aoraki",
            "Rangitoto",
            "Mānuka",
            "Long White Cloud",
        ),
        trades=ENGLISH_TRADES,
    ),
    Country(
        code="AU",
        name="Australia",
        currency="AUD",
        dialling_code="61",
        postal_box="GPO Box %###",
        street="{number} {street}",
        suffixes=("Pty Ltd", "Pty Limited", "& Sons", "Holdings", ""),
        places=(
            ("Sydney", "NSW", "20##", "2", "5550 ####"),
            ("Melbourne", "VIC", "30##", "3", "5550 ####"),
            ("Brisbane", "QLD", "40##", "7", "5550 ####"),
            ("Perth", "WA", "60##", "8", "5550 ####"),
            ("Hobart", "TAS", "70##", "3", "5550 ####"),
        ),
        mobile=("491", "570 1##"),
        streets=("George Street", "Collins Street", "Eagle Terrace", "Banksia Avenue", "Pitt Lane"),
        first_names=("Charlotte", "Noah", "Isla", "Bruce", "Kylie", "Liam", "Matilda", "Lachlan"),
        last_names=("Smith", "Nguyen", "Taylor", "O'Brien", "Kelly", "Campbell", "Papadopoulos"),
        business_names=(
            "Wattle",
            "Kookaburra",
            "Outback",
            "Blue Gum",
            "Coral",
            "Murray River",
            "Bondi",
            "Jarrah",
            "Red Centre",
            "Snowy",
            "Galah",
            "Fremantle",
        ),
        trades=ENGLISH_TRADES,
    ),
    Country(
        code="GB",
        name="United Kingdom",
        currency="GBP",
        dialling_code="44",
        postal_box="PO Box %##",
        street="{number} {street}",
        suffixes=("Ltd", "plc", "LLP", "& Co", "Limited"),
        places=(
            ("London", "Greater London", "EC1A %BB", "20", "7946 0###"),
            ("Manchester", "Greater Manchester", "M1 %AE", "161", "496 0###"),
            ("Bristol", "Somerset", "BS1 %TR", "117", "496 0###"),
            ("Edinburgh", "Midlothian", "EH1 %YZ", "131", "496 0###"),
            ("Cardiff", "South Glamorgan", "CF10 %AF", "29", "2018 0###"),
        ),
        mobile=("7700", "900###"),
        streets=("High Street", "Station Road", "Church Lane", "Victoria Row", "Mill Hill"),
        first_names=("Amelia", "Oliver", "Siân", "George", "Niamh", "Harry", "Poppy", "Rhys"),
        last_names=("Jones", "Brown", "Évans", "Patel", "MacDonald", "Thompson", "Ward-Hughes"),
        business_names=(
            "Albion",
            "Thames",
            "Oak & Ivy",
            "Kestrel",
            "Pennine",
            "Camden",
            "Rose and Crown",
            "Cotswold",
            "Avalon",
            "Highland",
            "Severn",
            "Brontë",
        ),
        trades=ENGLISH_TRADES,
    ),
    Country(
        code="US",
        name="United States",
        currency="USD",
        dialling_code="1",
        postal_box="PO Box %####",
        street="{number} {street}",
        suffixes=("Inc.", "LLC", "Corp", "Co.", "Incorporated"),
        places=(
            ("New York", "NY", "100##", "212", "555-01##"),
            ("San Francisco", "CA", "941##", "415", "555-01##"),
            ("Austin", "TX", "787##", "512", "555-01##"),
            ("Chicago", "IL", "606##", "312", "555-01##"),
            ("Anchorage", "AK", "995##", "907", "555-01##"),
        ),
        mobile=("917", "555-01##"),
        streets=("Main St", "Market Street", "5th Avenue", "Elm Drive, Suite 210", "Broadway"),
        first_names=("Emma", "Mason", "Sofía", "Ethan", "Zoë", "Logan", "Mia", "José"),
        last_names=("Johnson", "García", "Miller", "Davis", "Martínez", "Lee", "Anderson"),
        business_names=(
            "Liberty",
            "Golden Gate",
            "Lone Star",
            "Redwood",
            "Great Lakes",
            "Appalachian",
            "Mesa",
            "Eagle",
            "Maple",
            "Frontier",
            "Hudson",
            "Peñasco",
        ),
        trades=ENGLISH_TRADES,
    ),
    Country(
        code="DE",
        name="Germany",
        currency="EUR",
        dialling_code="49",
        postal_box="Postfach %# ## ##",
        street="{street} {number}",
        suffixes=("GmbH", "AG", "GmbH & Co. KG", "e.K.", "UG (haftungsbeschränkt)"),
        places=(
            ("Berlin", "Berlin", "10###", "30", "23125 ###"),
            ("Hamburg", "Hamburg", "20###", "40", "66969 ###"),
            ("München", "Bayern", "80###", "89", "99998 ###"),
            ("Köln", "Nordrhein-Westfalen", "50###", "221", "4710 ###"),
            ("Frankfurt am Main", "Hessen", "60###", "69", "90009 ###"),
        ),
        mobile=("171", "39200 ##"),
        streets=("Hauptstraße", "Königsallee", "Am Mühlbach", "Goethestraße", "Lindenweg"),
        first_names=("Jürgen", "Anneliese", "Björn", "Käthe", "Lukas", "Sören", "Mia", "Günter"),
        last_names=("Müller", "Schröder", "Weiß", "Fischer", "Jäger", "Köhler", "von der Heide"),
        business_names=(
            "Müller",
            "Schwarzwälder",
            "Groß",
            "Hanseatische",
            "Bergische",
            "Löwen",
            "Elbe",
            "Sächsische",
            "Fränkische",
            "Grüne",
            "Rhein",
            "Weiße Flotte",
        ),
        trades=(
            "Bäckerei",
            "Maschinenbau",
            "Möbel",
            "Gartenbau",
            "Elektrotechnik",
            "Brauerei",
            "Spedition",
            "Werkzeuge",
            "Übersetzungen",
            "Verlag",
            "Dachdecker",
            "Tischlerei",
        ),
    ),
    Country(
        code="JP",
        name="Japan",
        currency="JPY",
        dialling_code="81",
        postal_box="私書箱%##号",
        street="{street}{number}",
        suffixes=("株式会社", "有限会社", "合同会社"),
        places=(
            ("千代田区", "東京都", "100-00##", "3", "5550-####"),
            ("大阪市北区", "大阪府", "530-00##", "6", "5550-####"),
            ("札幌市中央区", "北海道", "060-00##", "11", "555-####"),
            ("京都市下京区", "京都府", "600-80##", "75", "555-####"),
        ),
        mobile=("90", "5550-####"),
        streets=("丸の内1丁目", "梅田2丁目", "大通西3丁目", "四条通4丁目"),
        first_names=("翔太", "美咲", "大輔", "陽子", "健一", "さくら", "直樹", "由美"),
        last_names=("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本"),
        business_names=(
            "富士",
            "さくら",
            "東海",
            "みどり",
            "山田",
            "ひかり",
            "北斗",
            "あおぞら",
            "松本",
            "大和",
            "ヒマワリ",
            "カモメ",
        ),
        trades=(
            "商事",
            "製作所",
            "電機",
            "食品",
            "運輸",
            "建設",
            "印刷",
            "ソフトウェア",
            "設計",
            "酒造",
            "化学",
            "書店",
        ),
        separator="",
    ),
)
# How often each country comes up, out of a hundred.
COUNTRY_WEIGHTS = (34, 24, 14, 14, 9, 5)

# The contacts that Xero's Demo Company (NZ) and its OpenAPI examples are known to have: names
# that a reader of Xero's documentation recognises.
WELL_KNOWN = (
    "Hamilton Smith Ltd",
    "Ridgeway University",
    "City Agency",
    "PowerDirect",
    "ABC Furniture",
    "Katherine Warren",
    "Lisa Parker",
    "Acme Parts Co.",
    "Bruce Banner",
    "Buzz Lightyear",
)

INDUSTRIES = (
    "Banking",
    "Biotechnology",
    "Chemicals",
    "Communications",
    "Construction",
    "Consulting",
    "Education",
    "Electronics",
    "Energy",
    "Engineering",
    "Finance",
    "Food & Beverage",
    "Healthcare",
    "Hospitality",
    "Manufacturing",
    "Media",
    "Retail",
    "Shipping",
    "Technology",
    "Transportation",
    "Utilities",
    "Other",
)
TYPES = ("Customer", "Customer", "Customer", "Prospect", "Partner", "Reseller", "Other", "")
RATINGS = ("Active", "Active", "Acquired", "Shutdown", "")
DESCRIPTIONS = (
    "",
    "Met at the trade fair.",
    "Pays on the 20th of the following month.\nAsk for the purchase order number.",
    "Prefers e-mail.",
    "Referred by their accountant 👍",
)
