"""What every floor uses: audit, numbers, documents, PDF, mail, jobs, outbox, life cycles."""
