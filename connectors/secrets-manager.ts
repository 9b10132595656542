import { configProviderPlaceholder } from "./values";
import type { ConfigProvider } from "./worker-configuration";

/**
 * The config provider that AWS's own tutorial takes (MSK developer guide, "Externalizing sensitive information using config
 * providers"). It isn't in Maven Central, so the address and the checksum of the release stand here.
 */
export const secretsManagerJar =
  "https://github.com/aws-samples/msk-config-providers/releases/download/r0.4.0/msk-config-providers-0.4.0-all.jar";

/** Of that release; another content is refused. */
export const secretsManagerJarSha256 = "45dc671c2cec8412c436371abddff644598d00035a73487ab6db191db3563911";

const NAME = "secretsmanager";

/** The worker configuration's part: reads secrets of this region, as the connector's role. */
export function secretsManagerConfigProvider(region: string): ConfigProvider {
  return {
    name: NAME,
    class: "com.amazonaws.kafka.config.providers.SecretsManagerConfigProvider",
    params: { region },
  };
}

/** The connector configuration's part: a key of a secret that holds JSON. Without `?ttl=`, which would restart the connector. */
export function secretsManagerPlaceholder(secret: string, key: string): string {
  return configProviderPlaceholder(NAME, secret, key);
}
