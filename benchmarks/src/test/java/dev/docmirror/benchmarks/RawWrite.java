package dev.docmirror.benchmarks;

import java.sql.Connection;

import tools.jackson.databind.JsonNode;

/** Writes the same rows with nothing else going on: only the time of the statements and commits counts. */
final class RawWrite implements Candidate {
    @Override
    public Outcome run(Task task, Control control) throws Exception {
        Pages source = task.pages();
        Meter meter = new Meter(task.documents());
        long writing = 0;
        try (Connection connection = task.connect()) {
            connection.setAutoCommit(false);
            String since = "0";
            for (int left = task.documents(); left > 0; ) {
                JsonNode page = PlainPipeline.page(source.changes(since));
                since = page.get("last_seq").asString();
                PlainRows rows = new PlainRows();
                page.get("results").forEach(row -> rows.add(row.get("doc")));
                long began = System.nanoTime();
                rows.write(connection);
                connection.commit();
                writing += System.nanoTime() - began;
                meter.advance(page.get("results").size());
                left -= page.get("results").size();
            }
        }
        return meter.outcome(writing);
    }
}
