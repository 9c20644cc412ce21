/** Where a bucket is, and who asks there. */
export type BucketAddress = {
  /** What keys stand behind: `https://host/bucket`, or `https://bucket.host`. */
  readonly base: string;
  readonly bucket: string;
  /** Without slashes around it; perhaps empty. */
  readonly prefix: string;
  readonly region: string;
  readonly keyId: string;
  readonly secretKey: string;
};

/**
 * Reads the address of a bucket, `https://KEY:SECRET@host/bucket/prefix?region=…&style=…`. Throws an Error that says what is wrong and
 * what would be right, and tells nothing of the secret.
 */
export function readBucketAddress(given: string): BucketAddress {
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.username === "" || url.password === "" || url.hash !== "")
    throw new Error(`right would be ${form}. In the secret, / is written %2F, # is %23 and % is %25`);
  const [bucket = "", ...parts] = url.pathname.split("/").filter((part) => part !== "");
  if (!/^[a-z0-9][a-z0-9._-]{1,62}$/i.test(bucket))
    throw new Error(`it names no bucket behind the host; right would be ${form}`);
  if (!parts.every((part) => /^[\w.-]{1,100}$/.test(part)))
    throw new Error(
      "the prefix behind the bucket may have letters, digits, dots, hyphens and underscores between its slashes",
    );
  const { region = "us-east-1", style = "path", ...others } = Object.fromEntries(url.searchParams);
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`it has an unknown ${other}; region and style may stand behind the ?`);
  if (!/^[a-z0-9-]{1,50}$/i.test(region))
    throw new Error("its region is none; right would be one such as eu-central-1");
  if (style !== "path" && style !== "virtual")
    throw new Error("its style is none; right would be path (https://host/bucket) or virtual (https://bucket.host)");
  return {
    base: style === "path" ? `${url.origin}/${bucket}` : `${url.protocol}//${bucket}.${url.host}`,
    bucket,
    prefix: parts.join("/"),
    region,
    keyId: decode(url.username),
    secretKey: decode(url.password),
  };
}

const form = "https://KEY:SECRET@host/bucket, perhaps with /prefix, ?region=… and &style=virtual";

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error("the key or the secret has a % that stands for nothing: % itself is written %25");
  }
}
