"""The sales desk: prospects, discovery, ROI, quotes with their promises, and the playbook."""
