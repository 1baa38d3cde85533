"""What Safar is measured against: one file a workload, each printing ratios beside what a user would pick instead."""
