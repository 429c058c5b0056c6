"""What every feature stands on: access and audit."""
