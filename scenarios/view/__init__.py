"""The browser view: a page that starts, changes, compares and saves scenarios."""
