"""What is asked: scenarios, how they are run, and where results are kept."""
