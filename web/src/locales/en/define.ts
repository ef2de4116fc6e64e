import type { Same } from '..'
import type zh from '../zh/define'

export default {
  known: { name: 'Known consumers', text: 'Consumers whose first event is on or before the day, identities joined.' },
  none: { name: 'No stage', text: 'Known consumers for whom no stage holds on that day.' },
  stage: { name: 'In the stage', text: 'A consumer has exactly one stage a day: the highest that holds.\nShare = consumers in it ÷ known consumers.' },
  deepened: { name: 'Deepened', text: 'Consumers in a higher stage at the end than at the start.\nShare = deepened ÷ known at the start.' },
  stayed: { name: 'Stayed', text: 'Consumers in the same stage at both ends.' },
  regressed: { name: 'Regressed', text: 'Consumers in a lower stage at the end, but in one.' },
  lost: { name: 'Lost', text: 'Consumers who had a stage at the start and have none at the end.' },
  new: { name: 'New', text: 'Consumers whose first event is after the first day.\nEnd = start + new.' },
  matrix: { name: 'Flow matrix', text: 'Rows: stages at the end of the first day. Columns: stages at the end of the last day.\nStart = deepened + stayed + regressed + lost.' },
  fertility: { name: 'F Fertility', text: 'Consumers who held A, I, P or L on some day of the period, each counted once.' },
  advancing: { name: 'A Advancing', text: 'Consumers in a higher stage at the end ÷ those below the highest at the start.' },
  superiority: { name: 'S Superiority', text: 'Super consumers at the end of the period (members, unless said otherwise).' },
  thriving: { name: 'T Thriving', text: 'Super consumers active within 180 days ÷ super consumers.' },
  events: { name: 'Events', text: 'Accepted events of this consumer; duplicates count once.' },
  purchases: { name: 'Purchases', text: 'Purchase events.' },
  paid: { name: 'Paid', text: 'Sum of the amounts of purchase events; refunds are not taken off.' },
  crowdSize: { name: 'Consumers', text: 'Consumers for whom the question holds as of the day.\nShare = consumers ÷ known consumers.' },
  buyers: { name: 'Buyers', text: 'Consumers with an order in the days; orders refunded in full do not count.' },
  repeatBuyers: { name: 'Repeat buyers', text: 'Buyers with two orders or more in the days; or, by days, with orders on two days or more.' },
  repurchaseRate: { name: 'Repurchase rate', text: 'Repeat buyers ÷ buyers, both in the same days.' },
  orders: { name: 'Orders', text: 'Lines with one order number of one identity on one day are one; a line without a number is one by itself. Orders refunded in full do not count.' },
  purchaseInterval: { name: 'Days between purchases', text: 'Median of the days between consecutive purchase days of a consumer, both in the days looked at.' },
} satisfies Same<typeof zh>
