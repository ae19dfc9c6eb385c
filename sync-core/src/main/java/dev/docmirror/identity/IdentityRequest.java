package dev.docmirror.identity;

/**
 * What a mapping has to know to map a document: who an external id is.
 *
 * @param externalId the id, as it stands in the document
 * @param linkUnknown whether an id that nobody knows gets a new identity, on its first sight
 */
public record IdentityRequest(ExternalId externalId, boolean linkUnknown) {

    /** Asks; the mapping decides what becomes of an unknown one. */
    public static IdentityRequest of(ExternalId externalId) {
        return new IdentityRequest(externalId, false);
    }

    /** Asks, and has an unknown one linked to a new identity. */
    public static IdentityRequest linkingUnknown(ExternalId externalId) {
        return new IdentityRequest(externalId, true);
    }
}
