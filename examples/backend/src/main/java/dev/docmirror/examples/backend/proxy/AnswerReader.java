package dev.docmirror.examples.backend.proxy;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads an answer of CouchDB's piece by piece. Each method throws {@link Reply#malformed()} if the answer is cut off or not
 * as it has to be, so that this is never taken for a failure of the device that it is passed on to. Confined to one thread;
 * to be closed.
 */
final class AnswerReader implements AutoCloseable {
    private final JsonParser json;

    private AnswerReader(JsonParser json) {
        this.json = json;
    }

    static AnswerReader of(Reply reply) {
        return new AnswerReader(read(() -> ProxyJson.reader(reply.body())));
    }

    /** The first token, which must begin an object. */
    void begin() {
        expect(JsonToken.START_OBJECT, next());
    }

    JsonToken next() {
        return read(() -> Optional.ofNullable(json.nextToken())).orElseThrow(Reply::malformed);
    }

    /** Of the object that is begun, does something with the values of some names; up to its end. */
    void members(Map<String, Runnable> actions) {
        for (JsonToken token = next(); token != JsonToken.END_OBJECT; token = next()) {
            expect(JsonToken.PROPERTY_NAME, token);
            Runnable action = actions.getOrDefault(json.currentName(), this::skip);
            next();
            action.run();
        }
    }

    /** Does something with each object of the array that is begun. */
    void each(Runnable action) {
        expect(JsonToken.START_ARRAY, json.currentToken());
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            expect(JsonToken.START_OBJECT, token);
            action.run();
        }
    }

    /** The object that is begun, as a version of a document. */
    Leaf leaf(String ownerField) {
        expect(JsonToken.START_OBJECT, json.currentToken());
        return read(() -> Leaf.read(json, ownerField));
    }

    String text() {
        return read(json::getString);
    }

    private void skip() {
        read(json::skipChildren);
    }

    private static void expect(JsonToken expected, JsonToken token) {
        if (token != expected) {
            throw Reply.malformed();
        }
    }

    /** The cause is left out: its message quotes the answer. */
    private static <T> T read(Supplier<T> part) {
        try {
            return part.get();
        } catch (JacksonException e) {
            throw Reply.malformed();
        }
    }

    @Override
    public void close() {
        read(() -> {
            json.close(); // reads what is left
            return true;
        });
    }
}
