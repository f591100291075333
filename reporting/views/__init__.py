"""Pages of the top floor: the management's page, the monitoring report, the files."""
