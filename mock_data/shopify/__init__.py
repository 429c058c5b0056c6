"""Samples of Shopify's exports and API answers, and their generator"""
