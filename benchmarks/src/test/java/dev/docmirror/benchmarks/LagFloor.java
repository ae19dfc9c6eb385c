package dev.docmirror.benchmarks;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/** The least a mirror can do for a write: a longpoll delivers it, a statement of one row commits it. */
final class LagFloor implements Candidate {
    @Override
    public Outcome run(Task task, Control control) throws Exception {
        Pages source = task.pages();
        List<long[]> stamps = new ArrayList<>();
        try (Connection connection = task.connect()) {
            String since =
                    PlainPipeline.page(source.ids("now", 1)).get("last_seq").asString();
            control.following();
            while (!control.ended()) {
                JsonNode page = PlainPipeline.page(source.longpoll(since));
                since = page.get("last_seq").asString();
                for (JsonNode row : page.get("results")) {
                    PlainRows rows = new PlainRows();
                    rows.add(row.get("doc"));
                    rows.write(connection);
                    LagWrites.stamp(row.get("doc"), stamps);
                }
            }
        }
        return Outcome.of(stamps);
    }
}
