package dev.docmirror.examples.backend.proxy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a document has to be like that a device writes, whatever is stored already. Immutable and thread-safe. */
public final class WriteRules {
    static final String NOT_YOURS = "the document is not yours";

    /** As in the mirror's tables. */
    private static final int LONGEST_ID = 255;

    private static final int MOST_REVISIONS = 1_000;
    private static final int MOST_DIGITS = 300;

    /** As the mirror reads documents. */
    private static final int DEEPEST = 100;

    /** As CouchDB and PouchDB make them. CouchDB takes others, too, and answers some of them by another name. */
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{32}");

    private static final Pattern REVISION = Pattern.compile("[1-9][0-9]{0,8}-" + HASH);
    private static final Set<String> TAKEN = Set.of("_id", "_rev", "_deleted", "_revisions");

    private final String ownerField;
    private final DocumentSchemas schemas;

    WriteRules(String ownerField, DocumentSchemas schemas) {
        this.ownerField = ownerField;
        this.schemas = schemas;
    }

    /** Whether a document may have this id. */
    public static boolean isId(String id) {
        return !id.isEmpty()
                && id.length() <= LONGEST_ID
                && id.charAt(0) != '_'
                && !id.equals(".")
                && !id.equals("..")
                && isUnicode(id);
    }

    /** Whether a text can be stored: halves of characters can't. */
    public static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    static boolean isRevision(String text) {
        return REVISION.matcher(text).matches();
    }

    /**
     * Why a user must not write a document; empty if they may, as far as the document itself tells.
     *
     * @param replicated whether it is to be stored with the revision and the history that it has
     */
    Optional<String> refusal(String user, ObjectNode document, boolean replicated) {
        return form(document, replicated)
                .or(() -> owner(user, document))
                .or(() -> isDeleted(document) ? Optional.empty() : schemas.violation(fields(document)));
    }

    static boolean isDeleted(JsonNode document) {
        return document.path("_deleted").asBoolean(false);
    }

    private static Optional<String> form(ObjectNode document, boolean replicated) {
        if (!isId(document.path("_id").asString(""))) {
            return Optional.of("_id must be 1 to " + LONGEST_ID + " characters that don't begin with _");
        }
        for (String name : document.propertyNames()) {
            if (name.startsWith("_") && !TAKEN.contains(name)) {
                return Optional.of(
                        name.equals("_attachments") ? "attachments are not taken" : "a field that begins with _");
            }
        }
        if (document.has("_deleted") && !document.path("_deleted").isBoolean()) {
            return Optional.of("_deleted must be true or false");
        }
        if (document.has("_rev") && !isRevision(document.path("_rev").asString(""))) {
            return Optional.of("_rev is no revision");
        }
        if (replicated && !hasHistory(document)) {
            return Optional.of("_rev and _revisions don't belong together");
        }
        if (isDeeper(document, DEEPEST)) {
            return Optional.of("nested deeper than " + DEEPEST);
        }
        return isUsable(document)
                ? Optional.empty()
                : Optional.of("a number is too large or too small, or a text is no Unicode");
    }

    /** {@code {"start":2,"ids":["def","abc"]}} for the revision {@code 2-def}. */
    private static boolean hasHistory(ObjectNode document) {
        JsonNode history = document.path("_revisions");
        JsonNode ids = history.path("ids");
        int start = history.path("start").asInt(0);
        if (!ids.isArray() || ids.isEmpty() || ids.size() > MOST_REVISIONS || start < ids.size()) {
            return false;
        }
        for (JsonNode id : ids) {
            if (!HASH.matcher(id.asString("")).matches()) {
                return false;
            }
        }
        return document.path("_rev")
                .asString("")
                .equals(start + "-" + ids.get(0).asString());
    }

    /** Neither numbers that JSON writes in a few characters and that take gigabytes as digits, nor halves of characters. */
    public static boolean isUsable(JsonNode node) {
        if (node.isBigDecimal()) {
            BigDecimal number = node.decimalValue();
            return Math.abs((long) number.scale()) + number.precision() <= MOST_DIGITS;
        }
        if (node.isBigInteger()) {
            return node.bigIntegerValue().bitLength() <= MOST_DIGITS * 3;
        }
        return node.isString() ? isUnicode(node.asString()) : node.valueStream().allMatch(WriteRules::isUsable);
    }

    private static boolean isDeeper(JsonNode node, int most) {
        return node.isContainer() && (most == 0 || node.valueStream().anyMatch(child -> isDeeper(child, most - 1)));
    }

    /** A tombstone need not name anybody. */
    private Optional<String> owner(String user, ObjectNode document) {
        JsonNode owner = document.path(ownerField);
        boolean fits = owner.isMissingNode()
                ? isDeleted(document)
                : owner.isString() && owner.asString().equals(user);
        return fits ? Optional.empty() : Optional.of(ownerField + " must be the user who writes it");
    }

    private static ObjectNode fields(ObjectNode document) {
        ObjectNode fields = document.deepCopy();
        fields.remove(TAKEN);
        return fields;
    }
}
