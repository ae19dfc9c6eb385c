package dev.docmirror.policies;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.Conflict;
import dev.docmirror.conflict.ConflictContext;
import dev.docmirror.conflict.ConflictPolicy;
import dev.docmirror.conflict.Protection;
import dev.docmirror.conflict.Resolution;

/**
 * A policy for some types only; the rules are in {@link ConflictPolicies#forTypes(ConflictPolicy, String...)}.
 *
 * @param types sorted
 */
record ForTypes(Types field, ConflictPolicy policy, List<String> types) implements ConflictPolicy {
    ForTypes {
        if (types.isEmpty()) {
            throw new IllegalArgumentException("types: must be at least one, was []");
        }
        Set<String> sorted = new TreeSet<>();
        for (String type : types) {
            if (type.isEmpty()) {
                throw new IllegalArgumentException("types: must not be empty text, was " + types);
            }
            if (!sorted.add(type)) {
                throw new IllegalArgumentException("types: must be different, was " + type + " twice");
            }
        }
        field.requireReachable("policy", policy, sorted);
        types = List.copyOf(new ArrayList<>(sorted));
    }

    @Override
    public Resolution resolve(Conflict conflict, ConflictContext context) {
        if (allAreMine(conflict)) {
            return policy.resolve(conflict, context);
        }
        return isProtected(conflict)
                ? field.askAmongStrangers(policy, Set.copyOf(types), conflict, context)
                : new Resolution.Defer();
    }

    private boolean allAreMine(Conflict conflict) {
        Set<Optional<String>> decisive = field.decisive(conflict);
        return !decisive.isEmpty() && decisive.stream().allMatch(this::isMine);
    }

    private boolean isProtected(Conflict conflict) {
        return isMine(field.ofProtected(conflict))
                || conflict.leaves().stream().anyMatch(leaf -> protection(leaf) != Protection.NONE);
    }

    private boolean isMine(Optional<String> type) {
        return type.filter(types::contains).isPresent();
    }

    @Override
    public Protection protection(Document document) {
        return isMine(field.of(document)) ? policy.protection(document) : Protection.NONE;
    }

    @Override
    public Optional<Instant> writtenAt(Document document) {
        return isMine(field.of(document)) ? policy.writtenAt(document) : Optional.empty();
    }

    @Override
    public boolean needsAncestry() {
        return policy.needsAncestry();
    }

    @Override
    public String toString() {
        return "forTypes(" + policy + ", " + String.join(", ", types) + ")";
    }
}
