package dev.docmirror.policies;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;

/**
 * Each type has a policy; the rules are in {@link ConflictPolicies#byType(Map)}.
 *
 * @param policies sorted by type
 */
record ByType(Types field, Map<String, ConflictPolicy> policies) implements ConflictPolicy {
    ByType {
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("policies: must be at least one, was {}");
        }
        policies = Collections.unmodifiableMap(new TreeMap<>(policies));
        for (Map.Entry<String, ConflictPolicy> entry : policies.entrySet()) {
            if (entry.getKey().isEmpty()) {
                throw new IllegalArgumentException("policies: must not have empty text as a type, was " + policies);
            }
            field.requireReachable("policies[" + entry.getKey() + "]", entry.getValue(), Set.of(entry.getKey()));
        }
    }

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        // What the mirrored version's own rule rejects is not mirrored, whatever type it claims to be by now.
        Optional<Resolution> rejected = field.ofProtected(conflict)
                .map(type -> ask(type, conflict, context))
                .filter(resolution -> resolution instanceof Resolution.Reject);
        if (rejected.isPresent()) {
            return rejected.get();
        }
        for (String type : inOrder(conflict)) {
            Resolution resolution = ask(type, conflict, context);
            if (!(resolution instanceof Resolution.Defer)) {
                return resolution;
            }
        }
        return new Resolution.Defer();
    }

    private Resolution ask(String type, Conflict conflict, ConflictContext context) {
        ConflictPolicy policy = policies.get(type);
        if (policy == null) {
            return new Resolution.Defer();
        }
        return field.decisive(conflict).equals(Set.of(Optional.of(type)))
                ? policy.resolve(conflict, context)
                : field.askAmongStrangers(policy, Set.of(type), conflict, context);
    }

    /** Whose policies are asked: those that protect the mirrored version or a leaf, then the one whose all leaves are. */
    private Set<String> inOrder(Conflict conflict) {
        Set<Optional<String>> decisive = field.decisive(conflict);
        Set<String> types = new LinkedHashSet<>();
        addProtected(Protection.SIGNED, conflict, types);
        addProtected(Protection.LOCKED, conflict, types);
        if (decisive.size() == 1) {
            decisive.forEach(only -> only.ifPresent(types::add));
        }
        return types;
    }

    private void addProtected(Protection protection, Conflict conflict, Set<String> types) {
        if (conflict.protection() == protection) {
            field.ofProtected(conflict).ifPresent(types::add);
        }
        conflict.leaves().stream()
                .filter(leaf -> protection(leaf) == protection)
                .sorted(Versions.COUCHDB.reversed())
                .forEach(leaf -> field.of(leaf).ifPresent(types::add));
    }

    @Override
    public Protection protection(Document document) {
        return policy(document).map(policy -> policy.protection(document)).orElse(Protection.NONE);
    }

    @Override
    public Optional<Instant> writtenAt(Document document) {
        return policy(document).flatMap(policy -> policy.writtenAt(document));
    }

    private Optional<ConflictPolicy> policy(Document document) {
        return field.of(document).map(policies::get);
    }

    @Override
    public boolean needsAncestry() {
        return policies.values().stream().anyMatch(ConflictPolicy::needsAncestry);
    }

    @Override
    public String toString() {
        return "byType(" + policies + ")";
    }
}
