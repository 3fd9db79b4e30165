"""The public pages of matching: the questions and their results, and the tuition estimator."""
