// What only the app's own pages need; endpoints.js loads it when one of them is opened.
import "./pages/page";
import "./pages/run_notice";
import "./pages/log";
import "./pages/log_records";
import "./pages/skipped";
import "./pages/plan";
import "./pages/preview";
import "./pages/conflict_table";
import "./pages/conflict_dialog";
import "./pages/conflicts";
import "./pages/match_table";
import "./pages/matches";
import "./settings/connection";
import "./settings/findings";
import "./settings/budget";
import "./settings/runs";
import "./settings/refusal";
