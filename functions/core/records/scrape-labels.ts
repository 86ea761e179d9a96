/** Which labels of an alert are about its object, and which only about the scrape that brought the metric. */

/** Tells whether `service` names the scraped exporter's own service: its job's name, mostly with the release's before it. */
export function isScrapedService(labels: Readonly<Record<string, string>>): boolean {
  const { service, job } = labels;
  return service !== undefined && job !== undefined && service.endsWith(job);
}
