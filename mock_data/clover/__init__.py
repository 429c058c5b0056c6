"""Clover: the sample exports, and the demo tenant Pacific Seafood Group"""
