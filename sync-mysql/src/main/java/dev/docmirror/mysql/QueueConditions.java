package dev.docmirror.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.docmirror.queue.QueueFilter;

/**
 * A filter as a condition on {@code sync_queue}, whatever its page.
 *
 * @param parameters in the order of the question marks
 */
record QueueConditions(String sql, List<Object> parameters) {

    static QueueConditions of(QueueFilter filter) {
        List<String> conditions = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        if (!filter.states().isEmpty()) {
            conditions.add("state IN " + Sql.marks(filter.states().size()));
            filter.states().forEach(state -> parameters.add(state.name()));
        }
        filter.id().ifPresent(id -> {
            conditions.add("doc_key = ?");
            parameters.add(DocKey.of(id).bytes());
        });
        text("type", filter.type(), conditions, parameters);
        text("user_id", filter.user(), conditions, parameters);
        text("device_id", filter.device(), conditions, parameters);
        return new QueueConditions(conditions.isEmpty() ? "TRUE" : String.join(" AND ", conditions), parameters);
    }

    /** The length tells apart what the collation compares without trailing spaces. */
    private static void text(String column, Optional<String> wanted, List<String> conditions, List<Object> parameters) {
        wanted.map(Unicode::repaired).ifPresent(text -> {
            conditions.add(column + " = ? AND LENGTH(" + column + ") = LENGTH(?)");
            parameters.add(text);
            parameters.add(text);
        });
    }
}
