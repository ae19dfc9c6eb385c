package dev.docmirror.couchdb;

import java.util.Comparator;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares a body that was written with one that the server keeps, which writes numbers in its own way. */
final class SameFields {
    private static final Comparator<JsonNode> VALUES = (a, b) -> same(a, b) ? 0 : 1;

    private SameFields() {}

    static boolean test(ObjectNode written, ObjectNode kept) {
        ObjectNode ours = EditJson.fields(written);
        ObjectNode theirs = EditJson.fields(kept);
        JsonNode ourFiles = ours.remove(EditJson.ATTACHMENTS);
        JsonNode theirFiles = theirs.remove(EditJson.ATTACHMENTS);
        return ours.equals(VALUES, theirs) && sameFiles(ourFiles, theirFiles);
    }

    private static boolean same(JsonNode a, JsonNode b) {
        return (a.isNumber() && b.isNumber()) ? sameNumber(a, b) : a.equals(b);
    }

    /** Integers are compared exactly. What has a fraction or an exponent is a double for CouchDB. */
    private static boolean sameNumber(JsonNode a, JsonNode b) {
        if (a.isIntegralNumber() && b.isIntegralNumber()) {
            return a.bigIntegerValue().equals(b.bigIntegerValue());
        }
        double number = a.decimalValue().doubleValue();
        return a.decimalValue().compareTo(b.decimalValue()) == 0
                || (Double.isFinite(number) && number == b.decimalValue().doubleValue());
    }

    /** The server keeps stubs: the same names, with the same digests where both sides know them. */
    private static boolean sameFiles(JsonNode ours, JsonNode theirs) {
        int count = ours == null ? 0 : ours.size();
        if (count != (theirs == null ? 0 : theirs.size())) {
            return false;
        }
        return count == 0
                || ours.propertyStream().allMatch(file -> {
                    JsonNode kept = theirs.path(file.getKey());
                    JsonNode digest = file.getValue().path("digest");
                    return !kept.isMissingNode() && (digest.isMissingNode() || digest.equals(kept.path("digest")));
                });
    }
}
