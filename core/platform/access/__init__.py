"""Permissions: people, their roles in a tenant, and the permission each action asks for."""
