package dev.docmirror.examples.backend.proxy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Understands requests of devices, within limits. Immutable and thread-safe. */
final class DeviceRequests {
    private static final int LONGEST_SINCE = 8_192;
    /** CouchDB is asked once a heartbeat: a device does not decide that it is asked all the time. */
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(1);

    private static final int DEFAULT_LIMIT = 100;
    private static final Set<String> FEEDS = Set.of("normal", "longpoll");
    private static final Set<String> NOT_PASSED_ON =
            Set.of("filter", "view", "include_docs", "descending", "attachments", "conflicts");
    private static final Set<String> OF_A_DOCUMENT =
            Set.of("rev", "revs", "revs_info", "open_revs", "latest", "conflicts", "deleted_conflicts");

    private final ProxySettings settings;

    DeviceRequests(ProxySettings settings) {
        this.settings = settings;
    }

    /** The body, which has to be a JSON object. */
    ObjectNode body(HttpServletRequest request) throws IOException {
        int most = Math.toIntExact(settings.maxRequest().toBytes());
        if (request.getContentLengthLong() > most) {
            throw ProxyException.tooLarge("the body has more than " + most + " bytes");
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equals("identity")) {
            throw new ProxyException(415, "unsupported_media_type", "the body must not be compressed");
        }
        byte[] body = request.getInputStream().readNBytes(most + 1);
        if (body.length > most) {
            throw ProxyException.tooLarge("the body has more than " + most + " bytes");
        }
        return ProxyJson.object(body);
    }

    /** A list of a body's, of limited length. */
    List<JsonNode> list(ObjectNode body, String name) {
        JsonNode list = body.path(name);
        if (!list.isArray()) {
            throw ProxyException.badRequest(name + " must be a list");
        }
        bounded(list.size());
        return List.copyOf(list.valueStream().toList());
    }

    List<ObjectNode> objects(ObjectNode body, String name) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode element : list(body, name)) {
            if (!(element instanceof ObjectNode object)) {
                throw ProxyException.badRequest(name + " must be objects");
            }
            objects.add(object);
        }
        return objects;
    }

    List<String> texts(ObjectNode body, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(body, name)) {
            texts.add(element.asStringOpt().orElseThrow(() -> ProxyException.badRequest(name + " must be texts")));
        }
        return texts;
    }

    /** What {@code _bulk_get} is asked for. */
    List<JsonNode> versions(ObjectNode body) {
        List<JsonNode> versions = list(body, "docs");
        for (JsonNode version : versions) {
            boolean revision = !version.has("rev")
                    || WriteRules.isRevision(version.path("rev").asString(""));
            if (!version.path("id").isString() || !revision) {
                throw ProxyException.badRequest("each of docs must have an id, and may have a rev");
            }
        }
        return versions;
    }

    /** What {@code _revs_diff} is asked about: lists of revisions by document. */
    ObjectNode revisions(ObjectNode body) {
        int revisions = 0;
        for (JsonNode list : body) {
            if (!list.isArray() || !list.valueStream().allMatch(rev -> WriteRules.isRevision(rev.asString("")))) {
                throw ProxyException.badRequest("each document must have a list of revisions");
            }
            revisions += list.size();
        }
        bounded(Math.max(revisions, body.size()));
        return body;
    }

    private void bounded(int size) {
        if (size > settings.maxDocuments()) {
            throw ProxyException.tooLarge("more than " + settings.maxDocuments() + " in a request");
        }
    }

    ChangesFeed.Request changes(HttpServletRequest request) {
        for (String name : NOT_PASSED_ON) {
            String value = request.getParameter(name);
            if (value != null && !value.equals("false")) {
                throw ProxyException.badRequest(name + " can't be used here");
            }
        }
        String feed = text(request, "feed", "normal");
        String since = text(request, "since", "0");
        if (!FEEDS.contains(feed) || since.isEmpty() || since.length() > LONGEST_SINCE) {
            throw ProxyException.badRequest(
                    "feed must be normal or longpoll, since at most " + LONGEST_SINCE + " long");
        }
        boolean waits = feed.equals("longpoll");
        Duration longest = settings.longestWait();
        Duration heartbeat = duration(request, "heartbeat", settings.heartbeat());
        Duration wait = request.getParameter("heartbeat") == null ? duration(request, "timeout", longest) : longest;
        return new ChangesFeed.Request(
                since,
                Math.max(1, Math.min(number(request, "limit", DEFAULT_LIMIT), settings.maxDocuments())),
                text(request, "style", "main_only").equals("all_docs"),
                waits ? shorter(wait, longest) : Duration.ZERO,
                shorter(longer(heartbeat, SHORTEST_HEARTBEAT), settings.heartbeat()));
    }

    /** {@code heartbeat=true} means the default. */
    private static Duration duration(HttpServletRequest request, String name, Duration otherwise) {
        return "true".equals(request.getParameter(name))
                ? otherwise
                : Duration.ofMillis(Math.max(1, number(request, name, Math.toIntExact(otherwise.toMillis()))));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static int number(HttpServletRequest request, String name, int otherwise) {
        String value = request.getParameter(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw ProxyException.badRequest(name + " must be a number");
        }
    }

    private static String text(HttpServletRequest request, String name, String otherwise) {
        String value = request.getParameter(name);
        return value == null ? otherwise : value;
    }

    /** The parameters of a document's request that are passed on. */
    Map<String, String> ofDocument(HttpServletRequest request) {
        Map<String, String> query = new HashMap<>();
        for (String name : OF_A_DOCUMENT) {
            String value = request.getParameter(name);
            if (value != null) {
                query.put(name, value);
            }
        }
        String revision = query.get("rev");
        if (revision != null && !WriteRules.isRevision(revision)) {
            throw ProxyException.badRequest("rev is no revision");
        }
        return query;
    }

    /** The parameters of {@code _bulk_get} that are passed on. */
    static Map<String, String> ofBulkGet(HttpServletRequest request) {
        Map<String, String> query = new HashMap<>();
        for (String name : List.of("revs", "latest")) {
            if ("true".equals(request.getParameter(name))) {
                query.put(name, "true");
            }
        }
        return query;
    }
}
