import { spawn } from "node:child_process"; import { writeFileSync, mkdtempSync } from "node:fs"; import * as grpc from "@grpc/grpc-js"; import { createServer } from "node:net";
const port = await new Promise(r=>{const s=createServer().listen(0,"127.0.0.1",()=>{const p=s.address().port;s.close(()=>r(p))})});
const dir = mkdtempSync("/tmp/w1-"); const extra = process.argv[2] ?? "";
const write=(n)=>writeFileSync(dir+"/hale.yaml",`listen: { host: 127.0.0.1, port: 0, grpc: ${port}${extra} }\nchecks:\n  database: { exec: ["true"], timeout: 10s, interval: 1s }\ndeadline: 30s\ndefaults: { failureThreshold: ${n} }\n`);
write(1);
const p = spawn(process.execPath,["/tmp/wt/w1/dist/hale.cjs","serve"],{cwd:dir,stdio:["ignore","pipe","pipe"]});
let out="";p.stdout.on("data",d=>out+=d);p.stderr.on("data",d=>out+=d);
const until=async f=>{while(!f())await new Promise(r=>setTimeout(r,10))};
await until(()=>out.includes("listening"));
const counts={};
for(let i=0;i<Number(process.argv[3]??10);i++){
 const c=new grpc.Client("127.0.0.1:"+port,grpc.credentials.createInsecure(),{"grpc.use_local_subchannel_pool":1});
 let first=0; const ends=["","database","none","liveness"].map(s=>{const call=c.makeServerStreamRequest("/grpc.health.v1.Health/Watch",x=>x,x=>x,Buffer.concat([Buffer.from([10,s.length]),Buffer.from(s)]));let got=false;call.on("data",()=>{if(!got){got=true;first++}});call.on("error",()=>{});return new Promise(r=>call.on("status",st=>{if(!got)first++;r((got?"":"nomsg ")+st.code+" "+st.details)}))});
 await until(()=>first===4);
 const n=(out.match(/reloaded/g)??[]).length; write(2+i%2+i); p.kill("SIGHUP");
 for(const e of await Promise.all(ends)) counts[e]=(counts[e]??0)+1;
 await until(()=>(out.match(/reloaded|refused/g)??[]).length>n);
 c.close();
}
console.log(counts); p.kill("SIGKILL");
