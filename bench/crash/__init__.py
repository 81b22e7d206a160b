"""What happens to messages when programs and databases are cut off in the middle."""
