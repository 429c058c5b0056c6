"""Run imports that survive any interruption: dry run, load, reconcile, roll back."""
