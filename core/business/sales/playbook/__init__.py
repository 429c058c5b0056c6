"""The sales playbook: its content with claims and evidence, edited by managers, each version kept."""
