"""Work on runs: the durable queue, the steps of a run, heartbeats, and the take-over of a dead worker's runs."""
