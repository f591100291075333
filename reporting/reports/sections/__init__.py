"""The chapters of the monitoring report, one file for each of its subjects."""
