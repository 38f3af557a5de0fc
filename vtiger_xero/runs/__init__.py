"""Runs on a site: when one begins, the job, its progress, its preview, its notification."""
