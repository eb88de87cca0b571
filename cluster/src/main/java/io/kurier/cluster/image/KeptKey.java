package io.kurier.cluster.image;

/// Identifies a record that the image keeps as it is, without a meaning of its own yet (ACLs, credentials, tokens).
///
/// @param apiKey the record's type
/// @param id what identifies it among records of its type
record KeptKey(short apiKey, Object id) {}
