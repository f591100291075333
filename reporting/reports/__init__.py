"""The reports that can be asked for, by name."""

from reporting.reports.monitoring import MonitoringReport

REPORTS = {report.key: report for report in (MonitoringReport,)}
