"""Reports of a period: orders, revenue, utilisation and success, with the rows behind each figure."""
