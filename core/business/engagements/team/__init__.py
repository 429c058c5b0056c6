"""The team of an order: who may lead or reserve it and why, assigned and notified, with access that ends with it."""
