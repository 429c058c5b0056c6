"""What every feature uses: access, audit, AI and its costs."""
