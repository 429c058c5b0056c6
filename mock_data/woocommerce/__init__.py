"""Samples of WooCommerce's exports and API answers, and their generator"""
