package dev.docmirror.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.docmirror.examples.quickstart.ClinicalDocuments;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Clinical documents with a canary in every text that is free to say anything, good ones and bad ones. */
final class CanaryDocuments {
    /** Ten characters, so that it fits the shortest column. */
    static final String CANARY = "Qx7kanarie";

    static final String NUMBER = "31337133";

    /** What routes, orders or relates a document, and words out of fixed lists. */
    private static final Set<String> STRUCTURE = Set.of(
            "_id",
            "_rev",
            "type",
            "id",
            "gender",
            "triage",
            "stage",
            "status",
            "dateOfBirth",
            "createdAt",
            "updatedAt",
            "timestamp",
            "cpt",
            "patientCpt",
            "patientId");

    private final ClinicalDocuments made = new ClinicalDocuments(3);
    private final List<ObjectNode> good = made.some(200);

    CanaryDocuments() {
        for (int i = 0; i < good.size(); i++) {
            marked(good.get(i));
            if (good.get(i).get("patient") instanceof ObjectNode patient) {
                patient.put("cpt", CANARY + i).put("shortCode", CANARY).put("externalId", CANARY);
            }
        }
    }

    List<ObjectNode> good() {
        return good;
    }

    ClinicalDocuments made() {
        return made;
    }

    List<ObjectNode> unknown() {
        List<ObjectNode> unknown = made.unknown(3);
        unknown.forEach(document -> document.put("note", CANARY));
        return unknown;
    }

    /** Each can't be mirrored, for another reason. */
    List<ObjectNode> bad() {
        List<ObjectNode> bad = new ArrayList<>();
        bad.add(patient("no-cpt", p -> p.remove("cpt")));
        bad.add(patient("long-cpt", p -> p.put("cpt", CANARY.repeat(3))));
        bad.add(patient("same-cpt", p -> p.put("cpt", CANARY + 0)));
        bad.add(patient("gender", p -> p.put("gender", CANARY)));
        bad.add(patient("birth", p -> p.put("dateOfBirth", CANARY)));
        bad.add(patient("time", p -> p.put("updatedAt", CANARY)));
        bad.add(patient("weight", p -> p.put("weightKg", Long.parseLong(NUMBER))));
        bad.add(patient("fraction", p -> p.put("weightKg", new java.math.BigDecimal("1." + NUMBER))));
        bad.add(patient("visits", p -> p.put("visitCount", CANARY)));
        bad.add(patient("visits-long", p -> p.put("visitCount", Long.parseLong(NUMBER + NUMBER))));
        bad.add(patient("active", p -> p.put("isActive", CANARY)));
        bad.add(patient("phone", p -> p.put("phone", CANARY.repeat(4))));
        bad.add(patient("phone-object", p -> p.putObject("phone").put(CANARY, CANARY)));
        bad.add(patient("surrogate", p -> p.put("externalId", CANARY + "\ud800")));
        bad.add(patient("deep", p -> deepen(p.putObject("more"))));
        bad.add(patient("digits", p -> p.put("n", new java.math.BigInteger(NUMBER.repeat(200)))));
        return bad;
    }

    private ObjectNode patient(String id, java.util.function.Consumer<ObjectNode> spoil) {
        ObjectNode document = good.get(1).deepCopy();
        document.remove("_rev");
        document.put("_id", "bad-" + id);
        ObjectNode patient = (ObjectNode) document.get("patient");
        patient.put("cpt", CANARY + id.hashCode() % 1_000_000);
        spoil.accept(patient);
        return document;
    }

    private static void deepen(ObjectNode node) {
        ObjectNode inner = node;
        for (int i = 0; i < 120; i++) {
            inner = inner.put("note", CANARY).putObject("d");
        }
    }

    private static void marked(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode value = object.get(name);
                if (value.isString() && !STRUCTURE.contains(name)) {
                    object.put(name, CANARY);
                } else {
                    marked(value);
                }
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isString()) {
                    array.set(i, StringNode.valueOf(CANARY));
                } else {
                    marked(array.get(i));
                }
            }
        }
    }
}
