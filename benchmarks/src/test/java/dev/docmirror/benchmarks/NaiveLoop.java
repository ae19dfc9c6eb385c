package dev.docmirror.benchmarks;

import java.sql.Connection;

import tools.jackson.databind.JsonNode;

/** The first thing that works: for each change a GET, for each document an upsert that commits by itself. */
final class NaiveLoop implements Candidate {
    @Override
    public Outcome run(Task task, Control control) throws Exception {
        Pages source = task.pages();
        JsonNode changes = PlainPipeline.page(source.ids("0", task.documents())).get("results");
        Meter meter = new Meter(task.documents());
        try (Connection connection = task.connect()) {
            for (JsonNode change : changes) {
                PlainRows rows = new PlainRows();
                rows.add(PlainPipeline.page(source.document(change.get("id").stringValue())));
                rows.write(connection);
                meter.advance(1);
            }
        }
        return meter.outcome();
    }
}
