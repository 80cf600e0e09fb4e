// Names of XML (XML 1.0 §2.3) and of its namespaces (Namespaces in XML §4), as parts of regular expressions with
// the `u` flag.

const START =
  "A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F" +
  "\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}";

/** NCName: a name without a colon. */
export const NC_NAME = `[${START}][${START}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]*`;

/** QName: an NCName, or two of them around a colon. */
export const QUALIFIED_NAME = `${NC_NAME}(?::${NC_NAME})?`;

/** Attributes called xmlns and xmlns:… are in this one; they declare and are no attributes to XPath or XCAP. */
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
