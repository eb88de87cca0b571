package io.kurier.cluster;

import io.kurier.cluster.image.ClusterImage;

/// One step from an image to the next. Parts that did not change are the same objects in both, so `==` tells quickly.
public record ImageChange(ClusterImage before, ClusterImage after) {}
