"""An attack on the site: endpoints x people x kinds of hostile input, all found by looking.

`doors.py` finds the endpoints, `people.py` makes the attackers, `ledger.py` the records that they
are after, `inputs.py` what they send, `asking.py` puts a request, `verdict.py` judges the answer.
A DocType, a field or a method that is added tomorrow is attacked without a line in here.
"""
