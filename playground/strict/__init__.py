"""What Slack refuses, refused here: the limits of Block Kit, checked one by one."""
