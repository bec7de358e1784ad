/** Anything that a cluster takes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // Each kind has fields of its own; the published schemas say which.
  readonly [field: string]: any;
}

/** A generated file before it is text, under its path below deploy/. */
export interface Draft {
  readonly path: string;
  /** Manifests become a YAML document each, `yaml` one document, `json` a file without comments, `text` is as it is. */
  readonly content:
    | { readonly manifests: readonly Manifest[] }
    | { readonly yaml: object }
    | { readonly json: object }
    | { readonly text: string };
}
