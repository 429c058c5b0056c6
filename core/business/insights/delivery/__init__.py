"""The four figures of the delivery desk: active orders, revenue, utilisation and success."""
