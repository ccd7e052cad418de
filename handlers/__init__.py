"""Slack's side: one file per feature, each listing its subcommands, buttons and forms."""

from handlers import charter, home, projects, settings

FEATURES = (home.FEATURE, charter.FEATURE, projects.FEATURE, settings.FEATURE)
