"""The ways out of the house, each speaking its gateway's protocol; only to addresses of the settings, never led elsewhere."""
