"""What pages, reports and commands show: records, runs, skips, conflicts, figures."""
